package io.muster.web.console.imports;

import io.muster.access.Role;
import io.muster.app.DirectoryView;
import io.muster.app.DraftView;
import io.muster.app.ImportDraftService;
import io.muster.app.ImportDraftService.Maker;
import io.muster.web.console.page.SeenDirectories;
import io.muster.web.console.page.Viewer;

/** Drafts as a viewer sees them: of another's there is nothing, nor of a directory that is not the viewer's any more. */
final class SeenDrafts {

    private final ImportDraftService drafts;
    private final SeenDirectories directories;

    SeenDrafts(ImportDraftService drafts, SeenDirectories directories) {
        this.drafts = drafts;
        this.directories = directories;
    }

    /** A draft with its directory. */
    record Seen(DraftView view, DirectoryView directory) {

        String address() {
            return "/imports/" + view.draft().id();
        }
    }

    Seen find(Viewer viewer, String id) {
        viewer.require(Role.MANAGE);
        DraftView view = drafts.find(viewer.user(), id);
        return new Seen(view, directories.find(viewer, view.directory(), Role.MANAGE));
    }

    static Maker maker(Viewer viewer) {
        return new Maker(viewer.user(), viewer.actor());
    }
}
