/** A name and a figure, in a list of facts. */
export const Fact = ({ name, value }: { name: string; value: string }) => (
  <div className="row apart">
    <dt className="soft">{name}</dt>
    <dd>{value}</dd>
  </div>
);
