package io.muster.web.console.page;

import io.muster.access.Role;
import io.muster.access.User.UserDirectory;
import io.muster.app.DirectoryService;
import io.muster.app.DirectoryView;
import io.muster.support.Refusal;
import java.util.List;

/** Directories as a viewer sees them: of another's there is nothing, not even that it exists. */
public final class SeenDirectories {

    private static final int MOST = 1_000;

    private final DirectoryService directories;

    /** Over all directories. */
    public SeenDirectories(DirectoryService directories) {
        this.directories = directories;
    }

    /**
     * The directory of that id, for a viewer with that role.
     *
     * @throws Refusal when there is none of that id for this viewer
     * @throws ForbiddenException when the viewer has not that role
     */
    public DirectoryView find(Viewer viewer, String id, Role role) {
        viewer.require(role);
        List<UserDirectory> own = viewer.directories();
        if (own != null && own.stream().noneMatch(one -> one.id().equals(id))) {
            throw unknown(id);
        }

        DirectoryView found = directories.find(id);
        // Addresses have ids; a directory may be named like the id of another one.
        if (!found.id().equals(id)) {
            throw unknown(id);
        }

        return found;
    }

    private static Refusal unknown(String id) {
        return Refusal.notFound("UNKNOWN_DIRECTORY", "There is no directory " + id + ".");
    }

    /** Those that the viewer may choose from, by name; the one of that id is chosen, none for an empty id. */
    public List<Choice> choices(Viewer viewer, String chosen) {
        List<UserDirectory> own = viewer.directories();
        return own == null
                ? directories.list(null, MOST).items().stream()
                        .map(one -> new Choice(one.id(), one.name(), one.id().equals(chosen)))
                        .toList()
                : own.stream()
                        .map(one -> new Choice(one.id(), one.name(), one.id().equals(chosen)))
                        .toList();
    }
}
