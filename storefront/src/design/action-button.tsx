import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';

interface ActionButtonProps {
  /** What was asked for is under way: the button stays where the focus is, and takes no second press. */
  readonly busy?: boolean;
  readonly isDisabled?: boolean;
  readonly className?: string;
  readonly type?: 'button' | 'submit';
  readonly onPress?: () => void;
  readonly children: ReactNode;
}

/** A button for what takes a moment. */
export const ActionButton = ({
  busy = false,
  className = 'button primary wide',
  type = 'button',
  onPress,
  ...props
}: ActionButtonProps) => (
  <Button
    {...props}
    className={busy ? `${className} busy` : className}
    type={busy ? 'button' : type}
    onPress={() => {
      if (!busy) onPress?.();
    }}
  />
);
