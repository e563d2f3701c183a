package io.muster.app;

import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.MailingList;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.directory.store.ContactExport.Format;
import io.muster.directory.store.Directories;
import io.muster.directory.store.MailingLists;
import io.muster.directory.store.MemberExport;
import io.muster.frequency.ListUses;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/** Mailing lists. Directories and lists are named by id or name. */
public final class ListService {

    private final TransactionTemplate transactions;
    private final Directories directories;
    private final MailingLists lists;
    private final MemberExport members;
    private final ListUses uses;
    private final Audit audit;

    ListService(
            TransactionTemplate transactions,
            Directories directories,
            MailingLists lists,
            MemberExport members,
            ListUses uses,
            Audit audit) {
        this.transactions = transactions;
        this.directories = directories;
        this.lists = lists;
        this.members = members;
        this.uses = uses;
        this.audit = audit;
    }

    /** Creates a list. */
    public ListView create(Actor actor, String directory, String name) {
        Directory found = directories.find(directory);
        MailingList made = Objects.requireNonNull(transactions.execute(status -> {
            MailingList list = lists.create(found.number(), name);
            audit.enter(actor, "list.create", AuditSubject.of(list), Map.of("name", list.name()));
            return list;
        }));
        return ListView.of(found, made, new MailingLists.Size(0, 0));
    }

    /** Creates a list that is somebody's. */
    public MailingList create(Actor actor, Directory directory, String name, String owner) {
        return Objects.requireNonNull(transactions.execute(status -> {
            MailingList list = lists.create(directory.number(), name);
            lists.give(list, owner);
            audit.enter(actor, "list.create", AuditSubject.of(list), Map.of("name", list.name()));
            return list;
        }));
    }

    /** Some lists of a directory, made after the one of that number, in the order of their making. */
    public List<OwnedList> inOrder(Directory directory, MailingLists.Whose whose, int after, int most) {
        List<MailingLists.Owned> some = lists.inOrder(directory.number(), whose, after, most);
        Map<Integer, Long> members = lists.members(
                directory.number(),
                some.stream().map(one -> one.list().number()).toList());
        return some.stream()
                .map(one -> OwnedList.of(one, members.getOrDefault(one.list().number(), 0L)))
                .toList();
    }

    /** A list with whose it is; empty when it is gone. */
    public Optional<OwnedList> owned(MailingList list) {
        return lists.owned(list)
                .map(one -> OwnedList.of(
                        one,
                        lists.members(list.directory(), List.of(list.number())).getOrDefault(list.number(), 0L)));
    }

    /**
     * Lists of a directory by name.
     *
     * @param after id or name of the last list of the page before; null for the first page
     */
    public Page<ListView> list(String directory, @Nullable String after, int most) {
        Directory found = directories.find(directory);
        String name = after == null ? null : lists.find(found.number(), after).name();
        return Page.of(lists.page(found.number(), name, most + 1), most, MailingList::id)
                .map(list -> view(found, list));
    }

    /** The lists of a directory by name, without their sizes. */
    public List<MailingList> all(String directory) {
        return lists.of(directories.find(directory).number());
    }

    /** Some lists of a directory by name, as in {@link #list}, without their sizes. */
    public Page<MailingList> page(String directory, @Nullable String after, int most) {
        int number = directories.find(directory).number();
        String name = after == null ? null : lists.find(number, after).name();
        return Page.of(lists.page(number, name, most + 1), most, MailingList::id);
    }

    /** A list, without its size. */
    public MailingList find(String directory, String list) {
        return lists.find(directories.find(directory).number(), list);
    }

    /** Why a list cannot be deleted now; empty when it can. */
    public Optional<String> obstacle(MailingList list) {
        return uses.of(list).map(use -> inUse(list, use).getMessage());
    }

    private static Refusal inUse(MailingList list, ListUses.Use use) {
        return Refusal.conflict(
                        "LIST_IN_USE",
                        "Cannot delete the list '" + list.name() + "': " + use.reason() + ". " + use.remedy())
                .with("list", list.id());
    }

    /** A list with its size. */
    public ListView show(String directory, String list) {
        Directory found = directories.find(directory);
        return view(found, lists.find(found.number(), list));
    }

    /** Gives a list another name. */
    public ListView rename(Actor actor, String directory, String list, String name) {
        Directory found = directories.find(directory);
        MailingList after = Objects.requireNonNull(transactions.execute(status -> {
            MailingList before = lists.find(found.number(), list);
            MailingList renamed = lists.rename(before, name);
            if (!renamed.name().equals(before.name())) {
                audit.enter(
                        actor,
                        "list.rename",
                        AuditSubject.of(renamed),
                        Named.values("from", before.name(), "to", renamed.name()));
            }

            return renamed;
        }));
        return view(found, after);
    }

    /**
     * Deletes a list with its memberships; contacts stay in the directory. A refusal while a segment or a frequency
     * rule uses it.
     *
     * @return the list as it was
     */
    public ListView delete(Actor actor, String directory, String list) {
        Directory found = directories.find(directory);
        return Objects.requireNonNull(transactions.execute(status -> {
            MailingList gone = lists.find(found.number(), list);
            ListView before = view(found, gone);
            // Once its row is locked, nobody can begin to use it.
            if (lists.lock(gone)) {
                requireUnused(gone);
            }

            long members = lists.delete(gone);
            audit.enter(
                    actor, "list.delete", AuditSubject.of(gone), Named.values("name", gone.name(), "members", members));
            return before;
        }));
    }

    private void requireUnused(MailingList list) {
        uses.of(list).ifPresent(use -> {
            throw inUse(list, use);
        });
    }

    /** Writes who is on a list, as {@link MemberExport} does, and leaves the stream open. */
    public void members(String directory, String list, Format format, OutputStream out) throws IOException {
        Directory found = directories.find(directory);
        long ignored = members.write(lists.find(found.number(), list), format, out);
    }

    private ListView view(Directory directory, MailingList list) {
        return ListView.of(directory, list, lists.size(list));
    }
}
