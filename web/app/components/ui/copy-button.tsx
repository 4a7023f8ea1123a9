import { useEffect, useState } from 'react';
import { Button, IconButton } from './button.tsx';

const SHOWN_MS = 1_600;

export interface CopyButtonProps {
  text: string;
  label: string;
  isIconOnly?: boolean;
}

export function CopyButton({ text, label, isIconOnly = false }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null);
  useEffect(() => {
    if (!outcome) return;
    const timer = setTimeout(() => setOutcome(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = (): void => {
    void navigator.clipboard.writeText(text).then(
      () => setOutcome('copied'),
      () => setOutcome('refused'),
    );
  };
  const said = outcome === 'copied' ? 'Copied' : outcome === 'refused' ? 'The browser refused' : label;
  const icon = outcome === 'copied' ? 'check' : 'copy';
  return (
    <>
      {isIconOnly ? (
        <IconButton icon={icon} label={said} onClick={copy} className="size-6" />
      ) : (
        <Button size="sm" icon={icon} onClick={copy}>
          {said}
        </Button>
      )}
      <span role="status" className="sr-only">
        {outcome ? said : ''}
      </span>
    </>
  );
}
