/** Keys, values and names while a shard map is written. */
import type { CompletionItem, CompletionItemKind, CompletionParams } from 'vscode-languageserver';
import type { Offer } from '../engine/mapHelp';
import type { Session } from './session';

const kinds: Readonly<Record<Offer['kind'], CompletionItemKind>> = { key: 10, value: 12, name: 18 };

export async function completion(
  session: Session,
  { textDocument, position }: CompletionParams,
): Promise<CompletionItem[]> {
  const subject = session.subject(textDocument.uri);
  if (!subject?.document) return [];
  const { analysis, path, document } = subject;
  const offset = session.places.offset(document.text, position);
  return (await analysis.complete(path, offset)).map((offer, i) => ({
    label: offer.label,
    kind: kinds[offer.kind],
    ...(offer.detail ? { detail: offer.detail } : {}),
    ...(offer.doc ? { documentation: { kind: 'markdown' as const, value: offer.doc } } : {}),
    // As the description orders them, which is by use.
    sortText: String(i).padStart(4, '0'),
    filterText: offer.label,
    textEdit: { range: session.places.range(document.text, offer.span), newText: offer.insert },
  }));
}
