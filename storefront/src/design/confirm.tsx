import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components/Modal';

export interface ConfirmProps {
  /** The label of the button that opens the question. */
  readonly label: string;
  readonly question: string;
  readonly hint: string;
  readonly yes: string;
  readonly no: string;
  readonly busy?: boolean;
  readonly className?: string;
  readonly children?: ReactNode;
  /** Whether `yes` can be pressed. */
  readonly ready?: boolean;
  readonly onYes: () => void;
}

/** A button for an action that cannot be undone: it asks first. */
export function Confirm({ className = 'button', ready = true, busy = false, ...props }: ConfirmProps) {
  return (
    <DialogTrigger>
      <Button className={className} isDisabled={busy}>
        {props.label}
      </Button>
      <ModalOverlay className="veil" isDismissable>
        <Modal className="dialog">
          <Dialog role="alertdialog">
            {({ close }) => (
              <div className="stack">
                <Heading slot="title">{props.question}</Heading>
                <p className="soft">{props.hint}</p>
                {props.children}
                <div className="row">
                  <Button
                    className="button danger"
                    isDisabled={!ready}
                    onPress={() => {
                      props.onYes();
                      close();
                    }}
                  >
                    {props.yes}
                  </Button>
                  <Button className="button" onPress={close}>
                    {props.no}
                  </Button>
                </div>
              </div>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}
