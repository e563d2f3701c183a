package io.muster.app;

import io.muster.support.document.Node;
import io.muster.support.document.binding.About;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A project with its intercepts as a file, to be kept beside other sources or carried to another installation. */
record ProjectFile(
        @NotBlank @Size(max = 255) @About("What the project is called; it is found by this name when it is imported.")
        String project,

        @About("The directory it is linked to, by name or id; none where absent.") @Nullable
        String directory,

        @Size(max = 100) @About("Web origins that may read answers; all where absent.") @Nullable
        List<String> origins,

        @About(value = "Whether unknown visitors become contacts.", byDefault = "false") @Nullable
        Boolean autoCreate,

        @Size(max = 100)
        @About("Where the page finds the reference: cookie:NAME, attribute:SELECTOR@NAME, expression:a.b.c.")
        @Nullable
        List<String> references,

        @Size(max = 100) @About("Names of embedded data that responses take along; all where absent.") @Nullable
        List<String> attach,

        @Size(max = 10_000) @About("The intercepts, each found by its name.") @Nullable
        List<@Valid Item> intercepts) {

    /** One intercept. */
    record Item(
            @NotBlank @Size(max = 255) @About("What it is called; unique in the project.")
            String name,

            @About("The directory it insists on, by name or id; that of its project where absent.") @Nullable
            String directory,

            @About("Whether it uses the directory of its project; as the project where absent.") @Nullable
            Boolean link,

            @About("The survey it invites to.") @Nullable String survey,

            @About("Who it is for: tests of segments in groups of all, any, none; everybody where absent.") @Nullable
            Node target,

            @About("Where it is shown: tests of url and device in groups; everywhere where absent.") @Nullable
            Node page,

            @About(value = "Whether frequency rules apply.", byDefault = "true") @Nullable
            Boolean frequency,

            @About(value = "Whether it gives way to older intercepts of its kind.", byDefault = "false") @Nullable
            Boolean listBased,

            @About("The first moment it is shown, as ISO 8601.") @Nullable
            String starts,

            @About("The first moment after that, as ISO 8601.") @Nullable
            String ends,

            @About(value = "The share of visitors it is for, in percent.", byDefault = "100") @Nullable
            String sample,

            @About(value = "The share of references held out of it, in percent.", byDefault = "0") @Nullable
            String holdOut,

            @Pattern(regexp = "show|hide", message = "must be show or hide")
            @About(value = "What happens to a reference that the directory does not know.", byDefault = "hide")
            @Nullable
            String whenUnknown,

            @Pattern(regexp = "show|hide", message = "must be show or hide")
            @About(value = "What happens while the contacts cannot be read.", byDefault = "hide")
            @Nullable
            String whenUnavailable,

            @About("What a visitor sees: type, title, text, button, url, target.") @Nullable
            Node creative) {}
}
