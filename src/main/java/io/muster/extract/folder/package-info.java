/**
 * Files delivered into a folder on this machine, or mounted on it. Its entry point is
 * {@link io.muster.extract.folder.FolderFileSource}; it depends on {@code extract.source} only.
 */
@NullMarked
package io.muster.extract.folder;

import org.jspecify.annotations.NullMarked;
