/** What the tests use of jsdom, which brings no types along. */
declare module 'jsdom' {
  interface Element {
    textContent: string;
    value: string;
    click(): void;
  }
  interface Window {
    document: {
      querySelector(selector: string): Element | null;
      querySelectorAll(selector: string): Iterable<Element>;
    };
    close(): void;
  }
  export class JSDOM {
    constructor(html: string, options: { runScripts: 'dangerously'; beforeParse(window: Window): void });
    readonly window: Window;
  }
}
