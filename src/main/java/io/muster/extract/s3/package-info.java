/**
 * Files delivered into a bucket of an S3-compatible object store. Its entry point is
 * {@link io.muster.extract.s3.S3FileSource}; it depends on {@code extract.source} only.
 */
@NullMarked
package io.muster.extract.s3;

import org.jspecify.annotations.NullMarked;
