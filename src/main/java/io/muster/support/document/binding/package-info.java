/**
 * Documents bound to records: {@link io.muster.support.document.binding.RecordBinder} makes records of nodes and checks their
 * constraints, {@link io.muster.support.document.binding.RecordSchema} describes them to editors. Apart from the reader of
 * documents, which needs no validation provider.
 */
@NullMarked
package io.muster.support.document.binding;

import org.jspecify.annotations.NullMarked;
