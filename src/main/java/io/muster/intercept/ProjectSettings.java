package io.muster.intercept;

import io.muster.support.Refusal;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What can be set of a project and takes effect when it is applied. Stored as JSON.
 *
 * @param directory the number of the directory it is linked to; null for none
 * @param origins web origins that may read answers, such as {@code https://shop.example.com}; empty for all
 * @param autoCreate whether unknown visitors become contacts; needs the link
 * @param references where the page finds the reference of a visitor, beside {@code QSI.config.externalReference}
 * @param attach names of embedded data that responses take along; empty for all
 * @param signing whether references must be signed
 */
public record ProjectSettings(
        @Nullable Integer directory,
        List<String> origins,
        boolean autoCreate,
        List<String> references,
        List<String> attach,
        boolean signing) {

    /** Of a project that was just made. */
    public static final ProjectSettings USUAL =
            new ProjectSettings(null, List.of(), false, List.of(), List.of(), false);

    private static final int MOST = 100;

    private static final Pattern ORIGIN =
            Pattern.compile("https?://([A-Za-z0-9.-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(:[0-9]{1,5})?");

    private static final Pattern REFERENCE = Pattern.compile(
            "cookie:[!#$%&'*+.^_`|~0-9A-Za-z-]{1,255}|attribute:.{1,255}@[A-Za-z_:][A-Za-z0-9_.:-]{0,254}"
                    + "|expression:[A-Za-z_$][A-Za-z0-9_$]*(\\.[A-Za-z_$][A-Za-z0-9_$]*){0,31}");

    /** Checks and copies the lists. */
    public ProjectSettings {
        origins = checked("origin", origins, ORIGIN, "https://shop.example.com, without a path");
        references = checked(
                "place of references",
                references,
                REFERENCE,
                "cookie:NAME, attribute:SELECTOR@NAME or expression:window.user.id");
        attach = checked("name of embedded data", attach, Pattern.compile(".{1,255}"), "tier");
    }

    /** The same, linked to that directory, or to none. */
    public ProjectSettings linkedTo(@Nullable Integer other) {
        return new ProjectSettings(other, origins, autoCreate, references, attach, signing);
    }

    /** The same, with references that must be signed, or need not be. */
    public ProjectSettings signed(boolean must) {
        return new ProjectSettings(directory, origins, autoCreate, references, attach, must);
    }

    private static List<String> checked(String thing, List<String> values, Pattern form, String example) {
        if (values.size() > MOST) {
            throw Refusal.invalid(
                    "INVALID_PROJECT",
                    "Cannot set the project: it has %d values of %s, more than %d. Give fewer."
                            .formatted(values.size(), thing, MOST));
        }

        for (String value : values) {
            if (!form.matcher(value).matches()) {
                throw Refusal.invalid(
                        "INVALID_PROJECT",
                        "Cannot set the project: '%s' is no %s. Write for example %s."
                                .formatted(value, thing, example));
            }
        }

        return List.copyOf(values);
    }
}
