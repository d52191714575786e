/** An id instead of a name that is looked up later, so that the rest of an input can be checked before. */
export const placeholderId = '00000000-0000-4000-8000-000000000000';
