import { Facts, Panel } from '#app/components/ui/panel.tsx';
import { RelativeTime } from '#app/components/ui/time.tsx';
import type { ProfilePageQuery } from '#app/gql/settings.ts';
import { sentenceCase } from '#app/lib/format.ts';
import { SettingsLayout } from './settings-layout.tsx';

export function ProfilePage({ viewer }: ProfilePageQuery) {
  const organization = viewer?.organization;
  return (
    <SettingsLayout>
      <div className="grid max-w-4xl gap-6 md:grid-cols-2">
        <Panel title="You">
          <Facts
            items={[
              ['Name', viewer?.name],
              ['Email', viewer?.email],
              ['Role', viewer?.role && sentenceCase(viewer.role)],
              ['Member since', <RelativeTime at={viewer?.createdAt} />],
            ]}
          />
        </Panel>
        <Panel title="Organization">
          <Facts
            items={[
              ['Name', organization?.name],
              ['Plan', organization?.plan && sentenceCase(organization.plan)],
              ['Created', <RelativeTime at={organization?.createdAt} />],
            ]}
          />
        </Panel>
      </div>
    </SettingsLayout>
  );
}
