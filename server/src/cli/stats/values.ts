/** Which of the most common values a file may show that people review and commit. */
import type { ColumnMeasurement } from '../../schema/statistics';

/** `safe`: numbers, keys and words from a short list; nothing of a column that seems secret or personal. */
export const valuePolicies = ['safe', 'none', 'all'] as const;
export type ValuePolicy = (typeof valuePolicies)[number];

/** What the values of a column are; `other`: text that may say anything. */
export type ValueKind = 'number' | 'id' | 'choice' | 'time' | 'other';

const longest = 64;
/** A word of a list stands in many rows, and the list is short. */
const mostWords = 100;
const rowsPerWord = 20;

export function withValues(
  column: ColumnMeasurement,
  kind: ValueKind,
  rows: number | undefined,
  policy: ValuePolicy,
): ColumnMeasurement {
  const { mostCommon, ...rest } = column;
  if (!mostCommon || mostCommon.length === 0) return rest;
  const shown = policy === 'all' || (policy === 'safe' && !isPrivate(column.name) && isSafe(column, kind, rows));
  // Of values that nobody may see, the most frequent one's share is what matters.
  const some = shown ? mostCommon : mostCommon.slice(0, 1);
  return {
    ...rest,
    mostCommon: some.map(({ value, share }) =>
      shown && value !== undefined && value.length <= longest ? { value, share } : { share },
    ),
  };
}

function isSafe({ distinct }: ColumnMeasurement, kind: ValueKind, rows: number | undefined): boolean {
  if (kind === 'number' || kind === 'id' || kind === 'choice') return true;
  // Dates can be birthdays, and text can be anything, unless there are only a few, each of many rows.
  const few = distinct !== undefined && distinct >= 0 && distinct <= mostWords;
  return kind === 'other' && few && rows !== undefined && rows >= distinct * rowsPerWord;
}

/** Words in the name of a column that holds something nobody else should read. */
const privateWords =
  /(?:^|_)(?:password|passwd|pwd|pass|passphrase|secret|token|api_?key|private_?key|access_?key|salt|hash|digest|signature|otp|totp|mfa|pin|cvv|cvc|card|pan|iban|bic|account_number|routing_number|ssn|social_security|national_id|passport|license|licence|tax_id|vat|salary|income|e?mail|phone|mobile|fax|tel|address|addr|street|house|zip|zipcode|postal|postcode|city|lat|latitude|lon|lng|longitude|geo|ip|ip_address|user_agent|birth|birthday|birthdate|dob|born|age|gender|sex|religion|ethnicity|race|diagnosis|name|first_?name|last_?name|full_?name|middle_?name|surname|nick_?name|user_?name|login|handle|title|description|comment|note|notes|message|body|subject|bio|cookie|session|credential|credentials|auth|nonce|cipher|encrypted|key_material|seed|mnemonic)(?:_|$)/;

export const isPrivate = (name: string): boolean =>
  privateWords.test(
    name
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_'),
  );
