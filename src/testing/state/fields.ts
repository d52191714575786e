/** What all answers are made of. */

/** Fields of the API's answer, verbatim. */
export type Fields = Record<string, unknown>;

/** Who created what the emulator made itself. */
export const actor = { id: '00000000-0000-4000-8000-0000000000aa', name: 'Emulator', type: 'user' } as const;
