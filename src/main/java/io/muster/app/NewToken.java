package io.muster.app;

import java.util.List;

/**
 * A token that was just made.
 *
 * @param token the token itself, shown this once
 */
public record NewToken(String name, List<String> scopes, String token) {}
