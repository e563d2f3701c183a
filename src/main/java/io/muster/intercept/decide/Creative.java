package io.muster.intercept.decide;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.muster.support.Refusal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a visitor sees.
 *
 * @param title its heading; null for none
 * @param text what it says
 * @param button what its button or link says
 * @param url where the button leads: http, https or relative
 * @param target for an embedded one the CSS selector of where it is put, for others the window; null for the usual
 */
public record Creative(
        Type type,
        @Nullable String title,
        @Nullable String text,
        @Nullable String button,
        @Nullable String url,
        @Nullable String target) {

    private static final int LONGEST = 2_000;

    /** How it is put into the page; stored in capital letters by earlier versions. */
    public enum Type {
        /** Over the page, to be closed. */
        @JsonProperty("popover")
        @JsonAlias("POPOVER")
        POPOVER,
        /** In a place of the page. */
        @JsonProperty("embedded")
        @JsonAlias("EMBEDDED")
        EMBEDDED,
        /** A link in the page. */
        @JsonProperty("link")
        @JsonAlias("LINK")
        LINK
    }

    /** Checks the texts and the address. */
    public Creative {
        for (String part : new @Nullable String[] {title, text, button, url, target}) {
            if (part != null && part.length() > LONGEST) {
                throw invalid("a text of it has more than " + LONGEST + " characters", "Write less.");
            }
        }

        if (url != null && !isSafe(url)) {
            throw invalid("the address '" + url + "' is neither http, https nor relative", "Use one that is.");
        }
    }

    private static boolean isSafe(String url) {
        try {
            String scheme = new URI(url).getScheme();
            return scheme == null || scheme.toLowerCase(Locale.ROOT).matches("https?");
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static Refusal invalid(String reason, String advice) {
        return Refusal.invalid("INVALID_CREATIVE", "Cannot use the creative: " + reason + ". " + advice);
    }
}
