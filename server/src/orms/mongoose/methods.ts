/** Methods of models and documents, by the driver's method that they end in. */
import type { Operation } from '../orm';

export interface Method {
  /** The driver's method. */
  readonly as: string;
  readonly operation?: Operation;
  readonly filter?: number;
  /** In the place of a filter: one document's `_id`. */
  readonly id?: number;
  readonly change?: number;
  readonly options?: number;
  /** The field that `distinct` is asked for. */
  readonly field?: number;
}

const found = (as: string, options = 2): Method => ({ as, filter: 0, options });
const changed = (as: string): Method => ({ as, filter: 0, change: 1, options: 2 });
const gone = (as: string): Method => ({ as, filter: 0, options: 1 });

export const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['find', found('find')],
  ['findOne', found('findOne')],
  ['exists', found('findOne', 1)],
  ['findById', { as: 'findOne', id: 0, options: 2 }],
  ['where', { as: 'find' }],
  ['$where', { as: 'find' }],
  ['distinct', { as: 'distinct', field: 0, filter: 1, options: 2 }],
  ['countDocuments', found('countDocuments', 1)],
  ['count', found('countDocuments', 1)],
  ['estimatedDocumentCount', { as: 'estimatedDocumentCount', options: 0 }],
  ['aggregate', { as: 'aggregate', options: 1 }],
  ['create', { as: 'insertMany', options: 1 }],
  ['insertMany', { as: 'insertMany', options: 1 }],
  ['insertOne', { as: 'insertMany', options: 1 }],
  ['updateOne', changed('updateOne')],
  ['updateMany', changed('updateMany')],
  ['update', changed('updateOne')],
  ['replaceOne', changed('replaceOne')],
  ['findOneAndUpdate', changed('findOneAndUpdate')],
  ['findOneAndReplace', changed('findOneAndReplace')],
  ['findByIdAndUpdate', { as: 'findOneAndUpdate', id: 0, change: 1, options: 2 }],
  ['findOneAndDelete', gone('findOneAndDelete')],
  ['findOneAndRemove', gone('findOneAndDelete')],
  ['findByIdAndDelete', { as: 'findOneAndDelete', id: 0, options: 1 }],
  ['findByIdAndRemove', { as: 'findOneAndDelete', id: 0, options: 1 }],
  ['deleteOne', gone('deleteOne')],
  ['deleteMany', gone('deleteMany')],
  ['remove', gone('deleteMany')],
  ['bulkWrite', { as: 'bulkWrite', options: 1 }],
]);

/** Added by plugins that mark documents as deleted, and by those that page. */
export const pluginMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['delete', { as: 'updateMany', operation: 'delete', filter: 0 }],
  ['deleteById', { as: 'updateOne', operation: 'delete', id: 0 }],
  ['softDelete', { as: 'updateMany', operation: 'delete', filter: 0 }],
  ['restore', { as: 'updateMany', operation: 'update', filter: 0 }],
  ['findDeleted', found('find')],
  ['findWithDeleted', found('find')],
  ['findOneDeleted', found('findOne')],
  ['findOneWithDeleted', found('findOne')],
  ['countDocumentsDeleted', found('countDocuments', 1)],
  ['countDocumentsWithDeleted', found('countDocuments', 1)],
  ['updateDeleted', changed('updateMany')],
  ['updateWithDeleted', changed('updateMany')],
  ['paginate', { as: 'find', filter: 0, options: 1 }],
]);

/** Methods of a document. */
export const rowMethods: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['save', 'update'],
  ['updateOne', 'update'],
  ['update', 'update'],
  ['replaceOne', 'update'],
  ['deleteOne', 'delete'],
  ['remove', 'delete'],
  ['delete', 'delete'],
  ['populate', 'select'],
]);

/** Methods of a query that narrow or shape it, and say nothing that is not read here. */
export const shaping =
  /^(?:sort|limit|skip|select|lean|exec|cursor|orFail|then|catch|finally|collation|hint|comment|batchSize|maxTimeMS|allowDiskUse|setOptions|session|read|readConcern|populate|deepPopulate|toConstructor|clone|transform|explain|projection|slice|tailable|w|j|wtimeout|writeConcern|withResponse|getFilter|getQuery|getUpdate|pre|post|stream|next|toArray|map|forEach|eachAsync|addCursorFlag|option|append|close|noCursorTimeout|snapshot|maxScan|maxTime|autopopulate|selectedInclusively|sanitizeProjection|schemaLevelProjections|cache|includeResultMetadata|on|pipe|toString|isPathSelectedInclusive|\[Symbol\.asyncIterator\])$/;
