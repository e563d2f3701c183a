package io.muster.web;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.muster.access.KnownTokens;
import io.muster.evaluator.LocalDecisions;
import io.muster.intake.Intake;
import io.muster.intercept.page.DeploymentCode;
import io.muster.snapshot.build.SnapshotStore;
import io.muster.support.Settings;
import io.muster.support.StateFolder;
import io.muster.web.call.Rates;
import io.muster.web.console.ConsoleConfiguration;
import io.muster.web.v3.V3Configuration;
import java.time.InstantSource;
import java.util.List;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.http.converter.ByteArrayHttpMessageConverter;
import org.springframework.http.converter.HttpMessageConverters;
import org.springframework.http.converter.StringHttpMessageConverter;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.web.accept.ContentNegotiationStrategy;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Spring MVC with nothing but what is listed here. Fields of a body that a call does not know are passed over, so that
 * clients may be newer than the server; a field that is given twice is an error.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebMvc
@Import({
    ConsoleConfiguration.class,
    EligibilityController.class,
    EventController.class,
    FeedConfiguration.class,
    HealthController.class,
    ErrorAnswers.class,
    LimitedBodies.class,
    ScriptController.class,
    V3Configuration.class,
    VisitorController.class
})
class WebConfiguration implements WebMvcConfigurer {

    private final KnownTokens tokens;
    private final JsonMapper json;

    WebConfiguration(KnownTokens tokens, JsonMapper json) {
        this.tokens = tokens;
        this.json = json;
    }

    @Bean
    DispatcherServlet dispatcherServlet() {
        return new DispatcherServlet();
    }

    @Bean
    ServletRegistrationBean<DispatcherServlet> dispatcher(DispatcherServlet servlet) {
        ServletRegistrationBean<DispatcherServlet> registration = new ServletRegistrationBean<>(servlet, "/");
        registration.setLoadOnStartup(1);
        return registration;
    }

    /** Closed with the server, after the last request. */
    @Bean
    LocalDecisions localDecisions(
            SnapshotStore snapshots,
            StateFolder home,
            Environment environment,
            InstantSource clock,
            MeterRegistry meters) {
        return new LocalDecisions(
                snapshots.folder(), home.folder("evaluator"), new Settings(environment::getProperty), clock, meters);
    }

    @Bean
    ServletRegistrationBean<DecisionsServlet> decisionsServlet(LocalDecisions decisions) {
        ServletRegistrationBean<DecisionsServlet> registration =
                new ServletRegistrationBean<>(new DecisionsServlet(decisions), DecisionsServlet.PATH);
        registration.setLoadOnStartup(1);
        return registration;
    }

    /** Of projects, for calls from pages. */
    @Bean
    Pages pages(Intake intake) {
        return new Pages(intake.projects());
    }

    /** What runs in pages. */
    @Bean
    DeploymentCode deploymentCode(WebSettings settings) {
        return new DeploymentCode(settings.publicUrl(), settings.evaluatorUrl());
    }

    /** Of events by address. */
    @Bean
    Rates eventRates(WebSettings settings, InstantSource clock) {
        return new Rates(settings.eventsPerAddress(), clock);
    }

    @Bean
    FilterRegistrationBean<ProxyFilter> proxyFilter(WebSettings settings) {
        FilterRegistrationBean<ProxyFilter> registration =
                new FilterRegistrationBean<>(new ProxyFilter(settings.proxies()));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    @Bean
    FilterRegistrationBean<RequestFilter> requestFilter(
            WebSettings settings, WebMetrics metrics, ObservationRegistry observations) {
        FilterRegistrationBean<RequestFilter> registration =
                new FilterRegistrationBean<>(new RequestFilter(settings.maxRequests(), metrics, observations));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
        return registration;
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new CallerResolver(tokens));
    }

    @Override
    public void configureMessageConverters(HttpMessageConverters.ServerBuilder builder) {
        builder.disableDefaults()
                .addCustomConverter(new ByteArrayHttpMessageConverter())
                .withStringConverter(new StringHttpMessageConverter(java.nio.charset.StandardCharsets.UTF_8))
                .withJsonConverter(new JacksonJsonHttpMessageConverter(json.rebuild()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build()));
    }

    /** What a caller would like to have makes no difference: each call has one form of answer. */
    @Override
    public void configureContentNegotiation(ContentNegotiationConfigurer configurer) {
        configurer.strategies(List.of(request -> ContentNegotiationStrategy.MEDIA_TYPE_ALL_LIST));
    }
}
