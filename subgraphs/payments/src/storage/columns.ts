import type { EntitySchemaColumnOptions } from 'typeorm';

// How the columns that tables share are read and written.

export const id = (name: string): EntitySchemaColumnOptions => ({ name, type: 'char', length: 36 });

export const instant = (name: string): EntitySchemaColumnOptions => ({
  name,
  type: 'datetime',
  precision: 3,
});

/** A BIGINT, which drivers give as a string or a number. The limits of the contract keep it far below 2^53. */
export const bigint = (name: string): EntitySchemaColumnOptions => ({
  name,
  type: 'bigint',
  transformer: {
    to: (value: number | null) => value,
    from: (value: string | number | null) => (value === null ? null : Number(value)),
  },
});

export const optional = (column: EntitySchemaColumnOptions): EntitySchemaColumnOptions => ({
  ...column,
  nullable: true,
});
