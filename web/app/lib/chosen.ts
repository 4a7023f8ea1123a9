/**
 * The options of a select with the one that holds now: a select without it would show another one, and save that. Of a
 * long list only the first page is loaded.
 */
export const withChosen = <T extends { id: string }>(options: T[], chosen: T | null | undefined): T[] =>
  chosen && !options.some(({ id }) => id === chosen.id) ? [chosen, ...options] : options;
