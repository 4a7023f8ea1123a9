import {
  useId,
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
} from 'react';
import { cx } from './class-names.ts';
import { Icon } from './icon.tsx';

interface Labelled {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  isLabelHidden?: boolean;
}

interface Wiring {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

const CONTROL =
  'w-full rounded-md border bg-surface text-ink placeholder:text-faint transition-colors border-line-strong/70 hover:border-line-strong disabled:opacity-60 aria-invalid:border-danger';

function Field({
  label,
  hint,
  error,
  isLabelHidden,
  children,
}: Labelled & { children: (wiring: Wiring) => ReactNode }) {
  const id = useId();
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const describedBy = [hint && hintId, error && errorId].filter(Boolean).join(' ');
  return (
    <div className="min-w-0">
      <label htmlFor={id} className={isLabelHidden ? 'sr-only' : 'mb-1.5 block font-medium'}>
        {label}
      </label>
      {children({
        id,
        'aria-describedby': describedBy || undefined,
        'aria-invalid': error ? true : undefined,
      })}
      {hint && (
        <p id={hintId} className="mt-1.5 text-[0.8125rem] text-muted">
          {hint}
        </p>
      )}
      {error && (
        <p id={errorId} className="mt-1.5 flex items-start gap-1.5 text-[0.8125rem] text-danger">
          <Icon name="warning" className="mt-0.5 size-3.5" />
          {error}
        </p>
      )}
    </div>
  );
}

type InputFieldProps = Labelled & Omit<InputHTMLAttributes<HTMLInputElement>, 'id'>;

export function InputField({ label, hint, error, isLabelHidden, className, ...rest }: InputFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} isLabelHidden={isLabelHidden}>
      {(wiring) => <input {...wiring} className={cx(CONTROL, 'h-9 px-3', className)} {...rest} />}
    </Field>
  );
}

export type TextareaFieldProps = Labelled & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'id'>;

export function TextareaField({
  label,
  hint,
  error,
  isLabelHidden,
  className,
  rows = 4,
  ...rest
}: TextareaFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} isLabelHidden={isLabelHidden}>
      {(wiring) => (
        <textarea
          {...wiring}
          rows={rows}
          className={cx(CONTROL, 'block resize-y px-3 py-2 leading-relaxed', className)}
          {...rest}
        />
      )}
    </Field>
  );
}

type SelectFieldProps = Labelled & Omit<SelectHTMLAttributes<HTMLSelectElement>, 'id'>;

export function SelectField({
  label,
  hint,
  error,
  isLabelHidden,
  className,
  children,
  ...rest
}: SelectFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} isLabelHidden={isLabelHidden}>
      {(wiring) => (
        <select {...wiring} className={cx(CONTROL, 'h-9 pr-8 pl-2.5', className)} {...rest}>
          {children}
        </select>
      )}
    </Field>
  );
}

interface CheckboxFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'id' | 'type'> {
  label: string;
  hint?: ReactNode;
}

export function CheckboxField({ label, hint, ...rest }: CheckboxFieldProps) {
  const id = useId();
  const hintId = `${id}-hint`;
  return (
    <div className="flex items-start gap-2.5">
      <input
        id={id}
        type="checkbox"
        aria-describedby={hint ? hintId : undefined}
        className="mt-0.5 size-5 accent-accent"
        {...rest}
      />
      <div className="min-w-0">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {hint && (
          <p id={hintId} className="mt-0.5 text-[0.8125rem] text-muted">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
