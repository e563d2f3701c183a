package io.muster.web.v3;

import io.muster.access.Scope;
import io.muster.app.DirectoryService;
import io.muster.directory.Directory;
import io.muster.web.call.Caller;
import io.muster.web.call.Needs;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The directories that a token is for. */
@RestController
final class DirectoriesController {

    private static final int AT_ONCE = 1_000;

    private final DirectoryService directories;

    DirectoriesController(DirectoryService directories) {
        this.directories = directories;
    }

    /** A directory. */
    record Listed(
            String directoryId, String name, long contactCount, boolean isDefault, Criteria deduplicationCriteria) {}

    /** By what contacts are recognised. */
    record Criteria(boolean email, boolean firstName, boolean lastName, boolean externalDataReference, boolean phone) {

        static Criteria of(Set<String> keys) {
            return new Criteria(
                    keys.contains("email"),
                    keys.contains("firstName"),
                    keys.contains("lastName"),
                    keys.contains("extRef"),
                    keys.contains("phone"));
        }
    }

    @GetMapping(V3Paths.API + "/directories")
    Envelope<V3Page<Listed>> list(@Needs(Scope.READ) Caller caller, PageAsk ask) {
        List<Directory> first = some(caller, 0, 1);
        int standard = first.isEmpty() ? 0 : first.getFirst().number();
        List<Directory> found = some(caller, ask.number().orElse(0L).intValue(), ask.size() + 1);
        return Envelope.of(PageAsk.map(ask.page(found, Directory::number), one -> listed(one, standard)));
    }

    /** Those that the caller's token is for. */
    private List<Directory> some(Caller caller, int after, int most) {
        List<Directory> own = new ArrayList<>();
        List<Directory> some = directories.inOrder(after, AT_ONCE);
        while (!some.isEmpty() && own.size() < most) {
            some.stream()
                    .filter(one -> caller.token().isFor(one.id()))
                    .limit(most - own.size())
                    .forEach(own::add);
            some = directories.inOrder(some.getLast().number(), AT_ONCE);
        }

        return own;
    }

    private Listed listed(Directory directory, int standard) {
        return new Listed(
                directory.id(),
                directory.name(),
                directories.contacts(directory),
                directory.number() == standard,
                Criteria.of(directories.keys(directory)));
    }
}
