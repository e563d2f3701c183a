/**
 * Files delivered on an SFTP server, and a small SFTP server for demonstrations and tests. Its entry points are
 * {@link io.muster.extract.sftp.SftpFileSource} and {@link io.muster.extract.sftp.EmbeddedSftpServer}; it is the only
 * package that knows the SSH library, and depends on {@code extract.source}.
 */
@NullMarked
package io.muster.extract.sftp;

import org.jspecify.annotations.NullMarked;
