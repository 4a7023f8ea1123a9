import type { Tone } from '#app/components/ui/status.tsx';

/** The colour of an entry's icon and of the word that says what it is. */
export const INK: Record<Tone, string> = {
  neutral: 'text-muted',
  info: 'text-info',
  success: 'text-success',
  warning: 'text-warning',
  danger: 'text-danger',
  accent: 'text-accent',
};
