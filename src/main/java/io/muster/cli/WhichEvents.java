package io.muster.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Which transactions or touchpoints are listed: those of a contact, or those with an id; to be mixed in. */
final class WhichEvents {

    @ArgGroup(multiplicity = "1")
    private By by = new By();

    /** One of them. */
    static final class By {

        @Option(
                names = "--contact",
                paramLabel = "CONTACT",
                required = true,
                description = "Those of this contact, by its id, CID_…")
        private @Nullable String contact;

        @ArgGroup(exclusive = false)
        private @Nullable ById byId;
    }

    /** An id in a directory. */
    static final class ById {

        @Option(
                names = {"-d", "--directory"},
                paramLabel = "DIRECTORY",
                required = true,
                description = "The directory, by id or name.")
        private String directory = "";

        @Option(
                names = {"--id", "--key"},
                paramLabel = "ID",
                required = true,
                description = "Those that have this id of their source, whoever has them.")
        private String id = "";

        @Option(names = "--source", paramLabel = "SOURCE", description = "Only those that come from this source.")
        private @Nullable String source;

        String directory() {
            return directory;
        }

        String id() {
            return id;
        }

        @Nullable
        String source() {
            return source;
        }
    }

    /** The contact whose events are meant; null when an id is given instead. */
    @Nullable
    String contact() {
        return by.contact;
    }

    /** The id that is meant. */
    ById byId() {
        ById given = by.byId;
        return given == null ? new ById() : given;
    }
}
