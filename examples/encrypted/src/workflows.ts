/** Workflow types of this project: those of temporal-polytomic. */
export * from 'temporal-polytomic/workflows';
