/**
 * The editor marks each operation tab as `tab` and puts two buttons into it, which a screen reader cannot reach. As a
 * group of plain buttons it says what it is. Returns what ends the watching.
 */
export function correctTabRoles(root: HTMLElement): () => void {
  const correct = (): void => {
    const list = root.querySelector('.graphiql-tabs[role="tablist"]');
    list?.setAttribute('role', 'list');
    list?.setAttribute('aria-label', 'Open operations');
    for (const tab of root.querySelectorAll('.graphiql-tab[role="tab"]'))
      tab.setAttribute('role', 'listitem');
    for (const tab of root.querySelectorAll('.graphiql-tab')) {
      const isOpen = tab.classList.contains('graphiql-tab-active');
      tab.removeAttribute('aria-selected');
      tab.querySelector('button')?.setAttribute('aria-pressed', String(isOpen));
    }
  };
  const observer = new MutationObserver(correct);
  observer.observe(root, { subtree: true, childList: true, attributeFilter: ['class', 'role'] });
  correct();
  return () => observer.disconnect();
}
