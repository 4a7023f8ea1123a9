import { forwardRef, type ButtonHTMLAttributes } from 'react';
import { cx } from './class-names.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-names.ts';
import { Link, type LinkProps } from './link.tsx';

type Variant = 'primary' | 'secondary' | 'ghost' | 'danger';
type Size = 'sm' | 'md';

interface Look {
  variant?: Variant;
  size?: Size;
  icon?: IconName;
}

const looks = ({ variant = 'secondary', size = 'md' }: Look, className?: string): string | undefined =>
  cx('button', `button-${variant}`, size === 'sm' && 'button-small', className);

export interface ButtonProps extends Look, ButtonHTMLAttributes<HTMLButtonElement> {
  isPending?: boolean;
}

export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(
  { variant, size, icon, isPending = false, className, children, type = 'button', disabled, ...rest },
  ref,
) {
  const shown = isPending ? 'refresh' : icon;
  return (
    <button
      ref={ref}
      type={type}
      disabled={disabled || isPending}
      aria-busy={isPending || undefined}
      className={looks({ variant, size }, className)}
      {...rest}
    >
      {shown && <Icon name={shown} className={cx(isPending && 'animate-spin')} />}
      {children}
    </button>
  );
});

export interface ButtonLinkProps extends Look, LinkProps {}

export function ButtonLink({ variant, size, icon, className, children, ...rest }: ButtonLinkProps) {
  return (
    <Link prefetch="intent" className={looks({ variant, size }, className)} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  );
}

/** Only for an icon whose meaning is plain; the label is what a screen reader and a hover get. */
export const IconButton = forwardRef<
  HTMLButtonElement,
  Omit<ButtonProps, 'children'> & { label: string; icon: IconName }
>(function IconButton({ label, icon, className, variant = 'ghost', ...rest }, ref) {
  return (
    <button
      ref={ref}
      type="button"
      aria-label={label}
      title={label}
      className={looks({ variant, size: 'sm' }, cx('w-7 px-0', className))}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
});
