/**
 * Who signs in, asked of a provider of OpenID Connect: discovery, the code flow with PKCE, and the ID token. The entry point is
 * {@link io.muster.web.console.provider.Provider}; it knows nothing of accounts, sessions and pages.
 */
@NullMarked
package io.muster.web.console.provider;

import org.jspecify.annotations.NullMarked;
