package io.muster.intercept.page;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.muster.intercept.decide.Fallback;
import io.muster.intercept.decide.InterceptDefinition;
import io.muster.intercept.decide.PageDefinition;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.intercept.decide.TreeJson;
import io.muster.support.Fold;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The deployment code: one for all projects, sent with the definitions of one. Under a versioned address it is sent without, the
 * same bytes for ever, so that a page can name their hash (Subresource Integrity,
 * https://www.w3.org/TR/SRI/); it fetches the definitions then.
 */
public final class DeploymentCode {

    private static final String FOLDER = "/io/muster/intercept/page/";
    private static final String CODE = "deployment.min.js";
    private static final String NOTHING = "\nnull\n";
    private static final JsonMapper JSON = JsonMapper.builder()
            .changeDefaultPropertyInclusion(usual -> usual.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    private final Optional<String> home;
    private final Optional<String> evaluator;
    private final String code;
    private final PageScript alone;
    private final PageScript debugger;
    private final Map<String, Made> made = new ConcurrentHashMap<>();

    /** A script and what it was made of. */
    private record Made(ProjectDefinition definition, PageScript script) {}

    /**
     * The code.
     *
     * @param home where the server is reached, for pages that cannot see where a script came from; without a slash at the end
     * @param evaluator where pages ask for decisions; empty for where the script came from
     */
    public DeploymentCode(Optional<String> home, Optional<String> evaluator) {
        this.home = home;
        this.evaluator = evaluator;
        byte[] bytes = required(CODE);
        code = new String(bytes, StandardCharsets.UTF_8);
        alone = PageScript.of(bytes);
        debugger = PageScript.of(required("debugger.min.js"));
    }

    private static byte[] required(String name) {
        byte[] bytes = resource(name);
        if (bytes == null) {
            throw new IllegalStateException("Every build has " + name);
        }

        return bytes;
    }

    private static byte @Nullable [] resource(String name) {
        try (InputStream stream = DeploymentCode.class.getResourceAsStream(FOLDER + name)) {
            return stream == null ? null : stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The address of a project's script, from the root of the server. */
    public static String path(String project) {
        return "/muster/" + project + ".js";
    }

    /** The address that has the code of now for ever. */
    public String versionedPath(String project) {
        return "/muster/" + project + "." + alone.hash() + ".js";
    }

    /** What a page can demand of the versioned address: {@code sha384-…}. */
    public String integrity() {
        return "sha384-" + Base64.getEncoder().encodeToString(sha384(alone.plain()));
    }

    private static byte[] sha384(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-384").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-384", e);
        }
    }

    /** The code without definitions; empty when there never was one of this hash. */
    public Optional<PageScript> alone(String hash) {
        return hash.equals(alone.hash())
                ? Optional.of(alone)
                : Optional.ofNullable(resource("earlier/" + hash + ".js")).map(PageScript::of);
    }

    /** What explains a page to whoever has a debug token. */
    public PageScript debugger() {
        return debugger;
    }

    /** The code with what is in force of a project. */
    public PageScript of(ProjectDefinition project) {
        return made.compute(
                        project.id(),
                        (id, before) -> before != null && before.definition().equals(project)
                                ? before
                                : new Made(project, PageScript.of(withDefinitions(project))))
                .script();
    }

    private byte[] withDefinitions(ProjectDefinition project) {
        int at = code.lastIndexOf(NOTHING);
        return (code.substring(0, at)
                        + "\n"
                        + JSON.writeValueAsString(definitions(project))
                        + "\n"
                        + code.substring(at + NOTHING.length()))
                .getBytes(StandardCharsets.UTF_8);
    }

    private ObjectNode definitions(ProjectDefinition project) {
        ObjectNode json = JSON.createObjectNode().put("project", project.id());
        home.ifPresent(url -> json.put("home", url + "/"));
        evaluator.ifPresent(url -> json.put("ask", url + "/"));
        PageDefinition page = project.page();
        json.put("create", project.active() && page.autoCreate() && project.directory() != null);
        page.references().forEach(json.putArray("references")::add);
        ArrayNode placeholders = json.putArray("placeholders");
        project.placeholders().forEach(text -> placeholders.add(Fold.fold(Fold.trim(text))));
        ArrayNode intercepts = json.putArray("intercepts");
        project.intercepts().stream()
                .sorted(InterceptDefinition.BY_AGE)
                .filter(intercept -> project.active()
                        && intercept.active()
                        && page.creatives().containsKey(intercept.id()))
                .forEach(intercept -> write(intercepts.addObject(), intercept, page));
        return json;
    }

    private static void write(ObjectNode json, InterceptDefinition intercept, PageDefinition page) {
        json.put("id", intercept.id()).put("created", intercept.createdAt());
        json.set("creative", JSON.valueToTree(page.creatives().get(intercept.id())));
        InterceptDefinition.Schedule schedule = intercept.schedule();
        // Who is in the sample or held out only an evaluator knows; such an intercept waits for one.
        if (intercept.whenUnavailable() == Fallback.SHOW && schedule.isForEverybody()) {
            ObjectNode fallback = json.putObject("fallback");
            if (schedule.starts() != Long.MIN_VALUE) {
                fallback.put("starts", schedule.starts());
            }

            if (schedule.ends() != Long.MAX_VALUE) {
                fallback.put("ends", schedule.ends());
            }

            fallback.set("page", TreeJson.ofPage(intercept.page()));
        }
    }
}
