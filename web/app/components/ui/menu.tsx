import { Menu as Base, MenuButton, MenuItem as BaseItem, MenuItems } from '@headlessui/react';
import type { ReactNode } from 'react';
import type { Path } from '#app/lib/paths.ts';
import { Button, type ButtonProps } from './button.tsx';
import { cx } from './class-names.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-names.ts';
import { Link } from './link.tsx';

export interface MenuProps extends Pick<ButtonProps, 'icon' | 'size' | 'variant'> {
  label: string;
  children: ReactNode;
}

export function Menu({ label, children, ...look }: MenuProps) {
  return (
    <Base>
      <MenuButton as={Button} {...look}>
        {label}
      </MenuButton>
      <MenuItems
        anchor={{ to: 'bottom end', gap: 6, padding: 8 }}
        modal={false}
        className="z-40 min-w-52 rounded-lg border border-line bg-surface p-1 shadow-lg focus:outline-none"
      >
        {children}
      </MenuItems>
    </Base>
  );
}

const ITEM =
  'flex min-h-8 w-full items-center gap-2.5 rounded-md px-2.5 py-1 text-left data-focus:bg-hover data-disabled:opacity-50';

export interface MenuActionProps {
  icon: IconName;
  onSelect: () => void;
  children: ReactNode;
  isDangerous?: boolean;
  isDisabled?: boolean;
}

export function MenuAction({
  icon,
  onSelect,
  children,
  isDangerous = false,
  isDisabled = false,
}: MenuActionProps) {
  return (
    <BaseItem disabled={isDisabled}>
      <button type="button" onClick={onSelect} className={cx(ITEM, isDangerous && 'text-danger')}>
        <Icon name={icon} />
        {children}
      </button>
    </BaseItem>
  );
}

export function MenuLink({ icon, to, children }: { icon: IconName; to: Path; children: ReactNode }) {
  return (
    <BaseItem>
      <Link to={to} className={ITEM}>
        <Icon name={icon} />
        {children}
      </Link>
    </BaseItem>
  );
}
