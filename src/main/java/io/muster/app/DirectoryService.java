package io.muster.app;

import io.muster.dedup.IdentityRules;
import io.muster.dedup.SettingsChange;
import io.muster.dedup.rules.IdentityRule;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.DirectorySettings;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.Directories;
import io.muster.directory.store.EmbeddedNames;
import io.muster.directory.store.MailingLists;
import io.muster.intercept.Project;
import io.muster.intercept.Projects;
import io.muster.support.Refusal;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.function.SingletonSupplier;

/** Directories, their identity rules and their settings. */
public final class DirectoryService {

    private static final List<String> REFERENCE = List.of("extRef");

    private final TransactionTemplate transactions;
    private final Directories directories;
    private final IdentityRules rules;
    private final SettingsChange settings;
    private final Contacts contacts;
    private final MailingLists lists;
    private final EmbeddedNames names;
    private final Projects projects;
    private final Audit audit;

    DirectoryService(
            TransactionTemplate transactions,
            Directories directories,
            IdentityRules rules,
            SettingsChange settings,
            Contacts contacts,
            MailingLists lists,
            EmbeddedNames names,
            Projects projects,
            Audit audit) {
        this.transactions = transactions;
        this.directories = directories;
        this.rules = rules;
        this.settings = settings;
        this.contacts = contacts;
        this.lists = lists;
        this.names = names;
        this.projects = projects;
        this.audit = audit;
    }

    /** Creates a directory. */
    public DirectoryView create(NewDirectory request) {
        List<List<String>> wanted =
                request.rules().stream().map(IdentityRule::parse).toList();
        return view(directories.create(request.name(), request.timeZone(), created -> {
            List<IdentityRule> ignored = rules.set(created.number(), wanted);
            audit.enter(request.actor(), "directory.create", AuditSubject.of(created), Map.of("name", created.name()));
        }));
    }

    /**
     * Directories by name.
     *
     * @param after id or name of the last directory of the page before; null for the first page
     */
    public Page<DirectoryView> list(@Nullable String after, int most) {
        String name = after == null ? null : directories.find(after).name();
        Page<Directory> page = Page.of(directories.page(name, most + 1), most, Directory::id);
        Supplier<Map<Integer, List<IdentityRule>>> all = SingletonSupplier.of(
                () -> rules.of(page.items().stream().map(Directory::number).toList()));
        return page.map(one -> DirectoryView.of(one, () -> all.get().getOrDefault(one.number(), List.of())));
    }

    /** Some directories, made after the one of that number, in the order of their making. */
    public List<Directory> inOrder(int after, int most) {
        return directories.inOrder(after, most);
    }

    /** How many lists a directory has. */
    public int lists(String idOrName) {
        return lists.count(directories.find(idOrName).number());
    }

    /** How many contacts a directory has. */
    public long contacts(Directory directory) {
        return contacts.count(directory.number());
    }

    /** The fields of the rules of a directory that are in force. */
    public Set<String> keys(Directory directory) {
        return rules.of(directory.number()).stream()
                .filter(rule -> rule.state() == IdentityRule.State.ACTIVE)
                .flatMap(rule -> rule.fields().stream())
                .collect(Collectors.toSet());
    }

    /** A directory with its rules. */
    public DirectoryView find(String idOrName) {
        return view(directories.find(idOrName));
    }

    /** A directory with how much it holds. */
    public DirectoryDetails show(String idOrName) {
        Directory found = directories.find(idOrName);
        int number = found.number();
        return new DirectoryDetails(
                view(found),
                contacts.count(number),
                lists.of(number).size(),
                names.of(number).names());
    }

    /** Gives a directory another name. */
    public DirectoryView rename(Actor actor, String idOrName, String name) {
        return view(Objects.requireNonNull(transactions.execute(status -> {
            Directory before = directories.find(idOrName);
            Directory after = directories.rename(before, name);
            if (!after.name().equals(before.name())) {
                audit.enter(
                        actor,
                        "directory.rename",
                        AuditSubject.of(after),
                        Named.values("from", before.name(), "to", after.name()));
            }

            return after;
        })));
    }

    /**
     * Changes identity rules. New rules of a directory that has contacts are pending.
     *
     * @throws Refusal when the rule of the reference alone would go while a project is linked to the directory
     */
    public DirectoryView change(RulesChange request) {
        Directory found = directories.find(request.directory());
        List<IdentityRule> present = rules.of(found.number());
        List<String> exactly = request.wanted();
        List<List<String>> wanted = exactly == null
                ? edited(present, request)
                : exactly.stream().map(IdentityRule::parse).toList();
        checkLinks(found, present, wanted);
        List<IdentityRule> after = rules.set(
                found.number(),
                wanted,
                () -> audit.enter(
                        request.actor(), "directory.rules", AuditSubject.of(found), Map.of("rules", joined(wanted))));
        return DirectoryView.of(found, () -> after);
    }

    private static List<String> joined(List<List<String>> rules) {
        return rules.stream().map(fields -> String.join(",", fields)).toList();
    }

    /** Visitors are looked up by their reference, which means one contact as long as there is a rule of it alone. */
    private void checkLinks(Directory directory, List<IdentityRule> present, List<List<String>> wanted) {
        if (wanted.contains(REFERENCE)
                || present.stream().noneMatch(rule -> rule.fields().equals(REFERENCE))) {
            return;
        }

        String linked = projects.linkedTo(directory.number()).stream()
                .map(Project::called)
                .collect(Collectors.joining(", "));
        if (!linked.isEmpty()) {
            throw Refusal.conflict(
                    "DIRECTORY_IN_USE",
                    "Cannot remove the rule extRef of the directory '" + directory.name()
                            + "': these projects are linked to it, and find visitors by their reference: " + linked
                            + ". Unlink and apply them first.");
        }
    }

    private static List<List<String>> edited(List<IdentityRule> present, RulesChange request) {
        List<IdentityRule> left = new ArrayList<>(present);
        for (String text : request.removed()) {
            if (!left.removeIf(rule -> isMeant(rule, text))) {
                throw Refusal.notFound(
                                "UNKNOWN_RULE",
                                "Cannot remove the rule '" + text
                                        + "': the directory has no such rule. Give its fields or its number as shown.")
                        .with("rule", text);
            }
        }

        List<List<String>> wanted = new ArrayList<>();
        left.forEach(rule -> wanted.add(rule.fields()));
        request.added().forEach(text -> wanted.add(IdentityRule.parse(text)));
        return wanted;
    }

    private static boolean isMeant(IdentityRule rule, String text) {
        return text.strip().equals(Integer.toString(rule.id()))
                || String.join(",", rule.fields()).equals(text.replace(" ", ""));
    }

    /** Changes settings. Other placeholders make other keys: the rules are pending then. */
    public DirectoryView change(SettingsPatch patch) {
        Directory found = directories.find(patch.directory());
        AuditSubject subject = AuditSubject.of(found);
        if (patch.hasSettings()) {
            Directory ignored = settings.make(found.number(), before -> {
                DirectorySettings after = patch.appliedTo(before);
                audit.enter(patch.actor(), "directory.settings", subject, SettingsDifference.between(before, after));
                return after;
            });
        }

        ZoneId zone = patch.timeZone();
        if (zone != null) {
            transactions.executeWithoutResult(status -> {
                directories.moveTo(found.number(), zone);
                audit.enter(patch.actor(), "directory.settings", subject, Map.of("timeZone", zone.getId()));
            });
        }

        return view(directories.byNumber(found.number()).orElse(found));
    }

    private DirectoryView view(Directory directory) {
        return DirectoryView.of(directory, () -> rules.of(directory.number()));
    }
}
