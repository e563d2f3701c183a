/**
 * Records from an address of HTTP, page by page. Its entry point is {@link io.muster.extract.http.HttpExtractor}; it
 * depends on {@code extract.record}, {@code extract.source} and {@code extract.csv} only.
 */
@NullMarked
package io.muster.extract.http;

import org.jspecify.annotations.NullMarked;
