import type { ReactNode } from 'react';
import { LinkTabs } from '#app/components/ui/link-tabs.tsx';
import { PageHeader } from '#app/components/ui/page-header.tsx';

const TABS = [
  { to: '/settings', label: 'Profile' },
  { to: '/settings/sessions', label: 'Sessions' },
  { to: '/settings/model-providers', label: 'Model providers' },
];

export function SettingsLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <PageHeader title="Settings" />
      <LinkTabs label="Settings" items={TABS} />
      {children}
    </>
  );
}
