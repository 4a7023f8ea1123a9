/** A setting that whoever starts the program gives it. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set. Start this program through \`npm run bench\`.`);
  return value;
}
