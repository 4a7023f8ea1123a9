import { Tab, TabGroup, TabList, TabPanel, TabPanels } from '@headlessui/react';
import type { ReactNode } from 'react';

export interface TabItem {
  label: string;
  count?: number;
  panel: ReactNode;
}

export function Tabs({ label, items, aside }: { label: string; items: TabItem[]; aside?: ReactNode }) {
  return (
    <TabGroup>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line px-4">
        <TabList aria-label={label} className="-mb-px flex gap-4">
          {items.map((item) => (
            <Tab
              key={item.label}
              className="flex h-11 items-center gap-1.5 border-b-2 border-transparent text-[0.8125rem] font-medium text-muted hover:text-ink data-selected:border-accent data-selected:text-ink"
            >
              {item.label}
              {item.count !== undefined && (
                <span className="tabular rounded-full bg-hover px-1.5 text-xs text-muted">{item.count}</span>
              )}
            </Tab>
          ))}
        </TabList>
        {aside}
      </div>
      <TabPanels>
        {items.map((item) => (
          <TabPanel key={item.label}>{item.panel}</TabPanel>
        ))}
      </TabPanels>
    </TabGroup>
  );
}
