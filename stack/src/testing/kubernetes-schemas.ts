export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec?: Record<string, unknown>;
  data?: Record<string, string>;
}

interface Model {
  prototype: { validate(): void };
}

/**
 * What the schemas of Kubernetes' API find wrong with a manifest. They ignore unknown fields, which are usually misspelt, so
 * these are reported too: a field that was not read during the validation of the manifest is not in the schema.
 */
export async function mistakesIn(manifest: Manifest): Promise<string[]> {
  const { apiVersion, kind, metadata } = manifest;
  const models = (await import(`kubernetes-models/${apiVersion}/${kind}`)) as Record<string, Model>;
  const read = new Set<string>();
  const mistakes: string[] = [];
  try {
    // Called without an object of the class, because that would be a copy, of which everything has been read already.
    models[kind]!.prototype.validate.call(watched(manifest, '', read));
  } catch (error) {
    mistakes.push(...(error as Error).message.split(/\n|, (?=data)/));
  }
  const unknown = unread(manifest, '', read);
  return [...mistakes, ...unknown.map((path) => `${path}: is unknown`)].map(
    (mistake) => `${kind} ${metadata.name}: ${mistake}`,
  );
}

/** The same object, which records the paths of everything that is read of it. */
function watched(value: unknown, path: string, read: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, key) {
      const found = Reflect.get(target, key) as unknown;
      if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return found;
      read.add(`${path}/${key}`);
      return watched(found, `${path}/${key}`, read);
    },
  });
}

function unread(value: unknown, path: string, read: ReadonlySet<string>): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = `${path}/${key}`;
    return read.has(at) ? unread(inner, at, read) : [at];
  });
}
