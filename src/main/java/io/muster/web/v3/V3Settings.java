package io.muster.web.v3;

import io.muster.support.KnownSettings;
import io.muster.support.PublicUrl;
import io.muster.support.Settings;
import java.util.Optional;

/**
 * How the API is offered.
 *
 * @param publicUrl what links begin with; empty: what the caller used
 * @param callsPerMinute of one token
 * @param callsAtOnce of one token
 */
record V3Settings(Optional<String> publicUrl, int callsPerMinute, int callsAtOnce) {

    static V3Settings read(Settings settings) {
        return new V3Settings(
                PublicUrl.read(settings),
                settings.number(KnownSettings.HTTP_CALLS_PER_TOKEN),
                settings.number(KnownSettings.HTTP_CALLS_AT_ONCE));
    }
}
