/** From a table in a statement to its entry in the map, and from the map to what declares the table. */
import type { DefinitionParams, Location } from 'vscode-languageserver';
import type { Session } from './session';

export async function definition(session: Session, { textDocument, position }: DefinitionParams): Promise<Location[]> {
  const subject = session.subject(textDocument.uri);
  if (!subject?.document) return [];
  const { analysis, path, document } = subject;
  const found = await analysis.declaration(path, session.places.offset(document.text, position));
  const locations = await Promise.all(
    found.map(async ({ file, span }) => {
      const text = await analysis.text(file);
      return text === undefined ? [] : [session.places.location(file, text, span)];
    }),
  );
  return locations.flat();
}
