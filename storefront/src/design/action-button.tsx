import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';

interface ActionButtonProps {
  /** Whether the action is in progress. The button keeps the focus, and ignores further presses. */
  readonly busy?: boolean;
  readonly isDisabled?: boolean;
  readonly className?: string;
  readonly type?: 'button' | 'submit';
  readonly onPress?: () => void;
  readonly children: ReactNode;
}

/** A button for an action that takes a moment. */
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
