/** What a mail says, whatever it will look like. */
export interface Letter {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** Facts with their names, shown as a table. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** The one thing to do. */
  readonly link: { readonly label: string; readonly url: string };
  /** What stands below that. */
  readonly footnote: string;
  readonly calendar?: string;
}

/** The letter for who reads no HTML. */
export const asText = ({ paragraphs, facts, link, footnote }: Letter): string =>
  [
    ...paragraphs,
    ...(facts.length === 0 ? [] : [facts.map(([name, value]) => `${name}: ${value}`).join('\n')]),
    `${link.label}:\n${link.url}`,
    footnote,
  ].join('\n\n') + '\n';

/** The letter as a page of its own: nothing is loaded, and whatever came from somebody is text. */
export function asHtml({ subject, paragraphs, facts, link, footnote }: Letter, language: string): string {
  const rows = facts.map(
    ([name, value]) =>
      `<tr><td style="padding:4px 16px 4px 0;color:#5c5a52;vertical-align:top">${escaped(name)}</td>` +
      `<td style="padding:4px 0"><strong>${escaped(value)}</strong></td></tr>`,
  );
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(subject)}</title></head>
<body style="margin:0;background:#faf9f6;color:#191a17;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:34rem;margin:0 auto;padding:32px 24px">
<p style="font-weight:700;color:#0b7a4b">Frontrow</p>
<h1 style="font-size:26px;line-height:1.2">${escaped(subject)}</h1>
${paragraphs.map((text) => `<p>${escaped(text)}</p>`).join('\n')}
<table style="border-collapse:collapse">${rows.join('')}</table>
<p style="margin:24px 0"><a href="${escaped(link.url)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#0b7a4b;color:#fff;text-decoration:none">${escaped(link.label)}</a></p>
<p style="font-size:14px;color:#5c5a52;word-break:break-all">${escaped(link.url)}</p>
<p style="font-size:14px;color:#5c5a52">${escaped(footnote)}</p>
</div>
</body>
</html>
`;
}

const escaped = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
