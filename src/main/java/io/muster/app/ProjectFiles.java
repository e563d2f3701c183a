package io.muster.app;

import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.store.Directories;
import io.muster.intercept.Intercept;
import io.muster.intercept.Project;
import io.muster.intercept.Projects;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import io.muster.support.document.DocumentKind;
import io.muster.support.document.Documents;
import io.muster.support.document.Node;
import io.muster.support.document.Problem;
import io.muster.support.document.Problems;
import io.muster.support.document.binding.RecordBinder;
import io.muster.support.document.binding.RecordSchema;
import io.muster.support.document.binding.Scalars;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * Projects as YAML files with a published schema. The store is the authority: a file is made of it, and one that is imported
 * becomes a draft. Switches and secrets are in no file.
 */
public final class ProjectFiles {

    private static final int LONGEST = 10 << 20;

    private static final DocumentKind DOCUMENTS = new DocumentKind(
            "project files",
            "one project",
            "docs/intercepts.md",
            new DocumentKind.Limits(
                    LONGEST,
                    "is longer than 10 MiB, which no project needs",
                    200,
                    "is nested deeper than 200 levels",
                    0));

    private final TransactionTemplate transactions;
    private final Directories directories;
    private final Projects projects;
    private final ProjectService service;
    private final Ids ids;

    /**
     * What became of a file.
     *
     * @param created whether the project is new
     * @param intercepts those of the file, as they are now
     * @param untouched names of intercepts that the project has and the file has not; they stay as they are
     */
    public record Imported(
            String id, String name, boolean created, List<InterceptView> intercepts, List<String> untouched) {}

    ProjectFiles(
            TransactionTemplate transactions,
            Directories directories,
            Projects projects,
            ProjectService service,
            Ids ids) {
        this.transactions = transactions;
        this.directories = directories;
        this.projects = projects;
        this.service = service;
        this.ids = ids;
    }

    /** The JSON Schema of project files; ends with a line break. */
    public static String schema() {
        return new RecordSchema(new Scalars()).json("Muster project file", ProjectFile.class);
    }

    /** The draft of a project as YAML. */
    public String write(String project) {
        Project found = projects.find(project);
        Map<String, @Nullable Object> file = new LinkedHashMap<>();
        file.put("project", found.name());
        put(file, "directory", found.draft().directory());
        putList(file, "origins", found.draft().origins());
        file.put("auto-create", found.draft().autoCreate());
        putList(file, "references", found.draft().references());
        putList(file, "attach", found.draft().attach());
        file.put(
                "intercepts",
                projects.intercepts(found).stream().map(one -> item(found, one)).toList());
        return YAMLMapper.builder()
                .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
                .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
                .build()
                .writeValueAsString(file);
    }

    private Map<String, @Nullable Object> item(Project project, Intercept intercept) {
        InterceptView view = InterceptView.of(project, intercept, ids);
        Map<String, @Nullable Object> item = new LinkedHashMap<>();
        item.put("name", view.name());
        put(item, "directory", intercept.draft().directory());
        putValue(item, "link", intercept.draft().link());
        putValue(item, "survey", view.survey());
        putValue(item, "target", view.target());
        putValue(item, "page", view.page());
        item.put("frequency", view.frequency());
        item.put("list-based", view.listBased());
        putValue(item, "starts", view.starts() == null ? null : view.starts().toString());
        putValue(item, "ends", view.ends() == null ? null : view.ends().toString());
        item.put("sample", view.sample().toPlainString());
        item.put("hold-out", view.holdOut().toPlainString());
        item.put("when-unknown", view.whenUnknown());
        item.put("when-unavailable", view.whenUnavailable());
        if (view.creative() != null) {
            Map<String, @Nullable Object> creative = new LinkedHashMap<>();
            creative.put("type", view.creative().type().name().toLowerCase(Locale.ROOT));
            putValue(creative, "title", view.creative().title());
            putValue(creative, "text", view.creative().text());
            putValue(creative, "button", view.creative().button());
            putValue(creative, "url", view.creative().url());
            putValue(creative, "target", view.creative().target());
            item.put("creative", creative);
        }

        return item;
    }

    private void put(Map<String, @Nullable Object> file, String key, @Nullable Integer directory) {
        if (directory != null) {
            file.put(
                    key,
                    directories.byNumber(directory).map(Directory::name).orElseGet(() -> ids.directory(directory)));
        }
    }

    private static void putValue(Map<String, @Nullable Object> file, String key, @Nullable Object value) {
        if (value != null) {
            file.put(key, value);
        }
    }

    private static void putList(Map<String, @Nullable Object> file, String key, List<String> values) {
        if (!values.isEmpty()) {
            file.put(key, values);
        }
    }

    /**
     * Makes a file the draft of the project of its name, which is created where there is none. Intercepts are found by their
     * names; what the file does not say of one is as usual. All of it or nothing.
     */
    public Imported read(Actor actor, String text) {
        ProjectFile file = parse(text);
        return Objects.requireNonNull(transactions.execute(status -> {
            Optional<Project> before = projects.named(file.project());
            String project = before.map(Project::id)
                    .orElseGet(
                            () -> service.create(actor, null, new ProjectInput(file.project(), null, null, null, null))
                                    .id());
            List<InterceptInput> items =
                    Objects.requireNonNullElse(file.intercepts(), List.<ProjectFile.Item>of()).stream()
                            .map(ProjectFiles::input)
                            .toList();
            List<InterceptView> read = service.set(
                    actor,
                    project,
                    file.directory(),
                    new ProjectInput(
                            null,
                            list(file.origins()),
                            Boolean.TRUE.equals(file.autoCreate()),
                            list(file.references()),
                            list(file.attach())),
                    items);
            Set<String> names = read.stream().map(InterceptView::name).collect(Collectors.toSet());
            ProjectView after = service.show(project);
            return new Imported(
                    after.id(),
                    after.name(),
                    before.isEmpty(),
                    read,
                    after.intercepts().stream()
                            .map(InterceptView::name)
                            .filter(name -> !names.contains(name))
                            .toList());
        }));
    }

    private static InterceptInput input(ProjectFile.Item item) {
        return new InterceptInput(
                item.name(),
                orNone(item.directory()),
                item.link(),
                orNone(item.survey()),
                text(item.target()),
                text(item.page()),
                !Boolean.FALSE.equals(item.frequency()),
                Boolean.TRUE.equals(item.listBased()),
                orNone(item.starts()),
                orNone(item.ends()),
                Objects.requireNonNullElse(item.sample(), "100"),
                Objects.requireNonNullElse(item.holdOut(), "0"),
                Objects.requireNonNullElse(item.whenUnknown(), "hide"),
                Objects.requireNonNullElse(item.whenUnavailable(), "hide"),
                text(item.creative()));
    }

    private static List<String> list(@Nullable List<String> values) {
        return values == null || values.isEmpty() ? List.of(InterceptInput.NONE) : values;
    }

    private static String orNone(@Nullable String text) {
        return Objects.requireNonNullElse(text, InterceptInput.NONE);
    }

    private static String text(@Nullable Node node) {
        return node == null ? InterceptInput.NONE : Documents.json(node);
    }

    private static ProjectFile parse(String text) {
        Problems problems = new Problems();
        Optional<ProjectFile> file = Documents.read(text, DOCUMENTS, problems)
                .flatMap(root -> new RecordBinder(new Scalars(), DOCUMENTS, problems).bind(ProjectFile.class, root));
        if (file.isEmpty() || !problems.isEmpty()) {
            throw Refusal.invalid(
                    "INVALID_PROJECT_FILE",
                    "Cannot import the project: "
                            + problems.sorted().stream().map(Problem::text).collect(Collectors.joining("; "))
                            + " The command projects schema prints what a file may hold.");
        }

        return file.get();
    }
}
