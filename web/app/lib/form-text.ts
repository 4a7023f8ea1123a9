/** The text of a form field, trimmed, with the line ends that a browser turns into CRLF as they were; empty when it is absent. */
export const textOf = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === 'string' ? value.replaceAll('\r\n', '\n').trim() : '';
};

/** Null stands for "left empty", which an input type reads as "not given". */
export const optionalTextOf = (form: FormData, name: string): string | null => textOf(form, name) || null;

export const optionalNumberOf = (form: FormData, name: string): number | null => {
  const text = textOf(form, name);
  const value = Number(text);
  return text && Number.isFinite(value) ? value : null;
};

export const linesOf = (form: FormData, name: string): string[] =>
  textOf(form, name)
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

export const isChecked = (form: FormData, name: string): boolean => form.has(name);
