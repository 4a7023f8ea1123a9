import { Description, Dialog as Base, DialogBackdrop, DialogPanel, DialogTitle } from '@headlessui/react';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';

export interface DialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
}

export function Dialog({ isOpen, onClose, title, description, children }: DialogProps) {
  return (
    <Base open={isOpen} onClose={onClose} className="relative z-50">
      <DialogBackdrop className="fixed inset-0 animate-appear bg-[rgb(0_0_0/0.5)]" />
      <div className="fixed inset-0 overflow-y-auto p-4">
        <div className="flex min-h-full items-center justify-center">
          <DialogPanel className="w-full max-w-md animate-appear rounded-xl border border-line bg-surface p-5 shadow-xl">
            <DialogTitle className="text-base font-semibold">{title}</DialogTitle>
            {description && <Description className="mt-1.5 text-muted">{description}</Description>}
            <div className="mt-5">{children}</div>
          </DialogPanel>
        </div>
      </div>
    </Base>
  );
}

export interface ConfirmDialogProps extends Omit<DialogProps, 'children'> {
  /** A verb and its object: "Delete server". */
  action: string;
  isPending: boolean;
  onConfirm: () => void;
  children?: ReactNode;
}

export function ConfirmDialog({ action, isPending, onConfirm, children, ...dialog }: ConfirmDialogProps) {
  return (
    <Dialog {...dialog}>
      {children}
      <div className="mt-2 flex justify-end gap-2">
        <Button onClick={dialog.onClose}>Cancel</Button>
        <Button variant="danger" isPending={isPending} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
