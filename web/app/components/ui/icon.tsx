import { cx } from './class-names.ts';
import type { IconName } from './icon-names.ts';
import drawings from './icons.svg?no-inline';

/** Always decoration: the text beside it says the same. */
export function Icon({ name, className }: { name: IconName; className?: string }) {
  return (
    <svg aria-hidden="true" className={cx('icon', className)}>
      <use href={`${drawings}#${name}`} />
    </svg>
  );
}
