/** Issuer prefixes and lengths of card numbers (ISO/IEC 7812 ranges as the schemes publish them). */
const RANGES: readonly { readonly from: number; readonly to: number; readonly digits: number; readonly lengths: readonly number[] }[] = [
  { from: 4, to: 4, digits: 1, lengths: [13, 16, 19] }, // Visa
  { from: 51, to: 55, digits: 2, lengths: [16] }, // Mastercard
  { from: 2221, to: 2720, digits: 4, lengths: [16] }, // Mastercard
  { from: 34, to: 34, digits: 2, lengths: [15] }, // American Express
  { from: 37, to: 37, digits: 2, lengths: [15] }, // American Express
  { from: 300, to: 305, digits: 3, lengths: [14] }, // Diners Club
  { from: 36, to: 36, digits: 2, lengths: [14] }, // Diners Club
  { from: 38, to: 39, digits: 2, lengths: [14] }, // Diners Club
  { from: 6011, to: 6011, digits: 4, lengths: [16] }, // Discover
  { from: 644, to: 649, digits: 3, lengths: [16] }, // Discover
  { from: 65, to: 65, digits: 2, lengths: [16] }, // Discover
  { from: 3528, to: 3589, digits: 4, lengths: [16] }, // JCB
  { from: 62, to: 62, digits: 2, lengths: [16] }, // UnionPay
  { from: 2200, to: 2204, digits: 4, lengths: [16] }, // Mir
];

/** Digits in groups as people write a card number: one separator kind, no group longer than the number itself. */
const WRITTEN = /^\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?$|^\d{4}([ -])\d{6}\2\d{4,5}$|^\d{13,19}$/;

/** Whether a text, as a whole, is a card number: issuer prefix, length and Luhn's check digit (ISO/IEC 7812-1, annex B). */
export function isCardNumber(text: string): boolean {
  if (text.length < 13 || text.length > 23 || !WRITTEN.test(text)) return false;
  const digits = text.replace(/[ -]/g, "");
  const issued = RANGES.some((range) => {
    const prefix = Number(digits.slice(0, range.digits));
    return prefix >= range.from && prefix <= range.to && range.lengths.includes(digits.length);
  });
  return issued && passesLuhn(digits);
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    if (i % 2 === 1) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
  }
  return sum % 10 === 0;
}
