import { z } from 'zod';

/** How a server is reached, as clients say it. What may be combined, and who may, is checked in `server.connection.ts`. */
export const connectionInput = z.strictObject({
  url: z
    .string()
    .trim()
    .min(1, 'Enter an address, or null.')
    .max(2_000, 'An address has at most 2000 characters.')
    .nullish(),
  command: z
    .string()
    .trim()
    .min(1, 'Enter a command, or null.')
    .max(500, 'A command has at most 500 characters.')
    .regex(/^[^\0]*$/, 'A command is text.')
    .nullish(),
  args: z
    .array(
      z
        .string()
        .max(4_096, 'An argument has at most 4096 characters.')
        .regex(/^[^\0]*$/, 'An argument is text.'),
    )
    .max(64, 'A command takes at most 64 arguments.')
    .nullish(),
  preset: z
    .strictObject({
      name: z.string().max(100, 'There is no preset with so long a name.'),
      parameters: z
        .array(
          z.strictObject({
            name: z.string().max(100),
            value: z.string().max(1_000, 'Keep it to 1000 characters.'),
          }),
        )
        .max(50, 'No preset has so many parameters.')
        .nullish()
        .transform((list) => Object.fromEntries((list ?? []).map(({ name, value }) => [name, value]))),
    })
    .nullish(),
});
