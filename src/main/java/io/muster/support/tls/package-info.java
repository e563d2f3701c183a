/**
 * The certificate that a server shows, read from files that may change while it runs. Its entry point is
 * {@link io.muster.support.tls.ServerCertificate}.
 */
@NullMarked
package io.muster.support.tls;

import org.jspecify.annotations.NullMarked;
