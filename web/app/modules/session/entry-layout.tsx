import type { ReactNode } from 'react';

/** The frame of the pages before one is signed in. */
export function EntryLayout({
  title,
  lead,
  children,
  footer,
}: {
  title: string;
  lead: string;
  children: ReactNode;
  footer: ReactNode;
}) {
  return (
    <main className="grid min-h-dvh lg:grid-cols-[minmax(26rem,1fr)_1.15fr]">
      <div className="flex flex-col justify-center px-6 py-10">
        <div className="mx-auto w-full max-w-sm">
          <div className="mb-8 flex items-center gap-2.5 font-semibold tracking-tight">
            <img src="/favicon.svg" alt="" width={28} height={28} className="rounded-lg" />
            MCP Agent Studio
          </div>
          <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
          <p className="mt-1.5 mb-6 text-muted">{lead}</p>
          {children}
          <p className="mt-6 text-muted">{footer}</p>
        </div>
      </div>
      <aside className="hidden border-l border-line bg-sunken p-12 lg:flex lg:flex-col lg:justify-center">
        <div className="mx-auto max-w-md space-y-8">
          <p className="text-xl leading-snug font-medium tracking-tight text-balance">
            Run AI agents under control, and watch every token, tool call and file change as it happens.
          </p>
          <ul className="space-y-4 text-muted">
            {[
              [
                'Exactly the tools you allow',
                'Every call passes one permission gate, and names the rule that decided.',
              ],
              ['A stream you can trust', 'Numbered events, replayed without a gap after a lost connection.'],
              ['One typed API', 'This dashboard uses the same GraphQL schema that your own tools can use.'],
            ].map(([heading, text]) => (
              <li key={heading} className="border-l-2 border-accent pl-4">
                <p className="font-medium text-ink">{heading}</p>
                <p>{text}</p>
              </li>
            ))}
          </ul>
        </div>
      </aside>
    </main>
  );
}
