interface MomentFieldProps {
  readonly label: string;
  /** As the browser writes it, e.g. 2026-12-19T18:00: the time of the halls, as every page shows it. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly isDisabled?: boolean;
}

/** A day and a time, to the minute. */
export const MomentField = ({ label, value, onChange, isDisabled = false }: MomentFieldProps) => (
  <label className="field">
    <span className="label">{label}</span>
    <input
      type="datetime-local"
      required={!isDisabled}
      disabled={isDisabled}
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  </label>
);
