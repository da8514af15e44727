//! What the derives generate, seen from outside.

use std::collections::{BTreeMap, BTreeSet};

use sparki_core::{
    Attribute, DecodeError, Dynamic, Field, Id, Kind, Model, ObjectSchema, Path, Refinement, Replace, Rule,
    Secret, Step, Unset, Value,
};
use sparki_derive::{Choice, Model};

/// Marks ids of pipelines.
#[derive(Debug)]
pub struct Pipeline;

/// How large it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum Tier {
    /// For trying things out.
    Development,
    /// With two of everything.
    HighlyAvailable,
    /// Old and new at once.
    #[choice("blue-green")]
    BlueGreen,
}

/// A step of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Model)]
pub struct StageModel {
    /// Name of the stage.
    #[attr(required, validate(len(1..=32), pattern("^[a-z]", "start with a small letter")))]
    pub name: Value<String>,
    /// Seconds it may take.
    #[attr(optional, default = 60)]
    pub timeout_seconds: Value<u32>,
}

/// Nothing is required here.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct SettingsModel {
    /// Whether to log.
    #[attr(optional)]
    pub r#loop: Value<bool>,
}

/// A pipeline.
///
///   - indented
///
/// It runs stages.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(exactly_one_of(stages, configuration_json), conflicting(token_wo, labels))]
#[model(at_least_one_of(stages, labels), required_together(token_wo, token_wo_version))]
pub struct PipelineModel {
    /// Id of the pipeline.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<Pipeline>>,
    /// ARN of the pipeline.
    #[attr(computed, keep_unless_changed(name, r#type), refine(not_null, prefix = "arn:"))]
    pub arn: Value<String>,
    /// Name of the pipeline.
    #[attr(required, requires_replace)]
    pub name: Value<String>,
    /// What it is for.
    /// In one line.
    #[attr(required, requires_replace_if = became_shorter)]
    pub r#type: sparki_core::Value<String>,
    /// How large it is.
    #[attr(optional, default = Tier::Development, requires_replace_if_configured)]
    pub tier: Value<Tier>,
    /// Branch to build.
    #[attr(optional, default = "main")]
    pub branch: Value<String>,
    /// Regions in order of preference.
    #[attr(optional, default = default_regions(), validate(unique, each(one_of("eu", "us"))))]
    pub regions: Value<Vec<String>>,
    /// Stages in order.
    #[attr(optional, validate(len(..=50)))]
    pub stages: Value<Vec<StageModel>>,
    /// The stages as JSON.
    #[attr(optional, deprecated = "use stages instead")]
    pub configuration_json: Value<String>,
    /// Stages that run at night.
    #[attr(optional)]
    pub nightly: Value<BTreeSet<StageModel>>,
    /// Stages by event.
    #[attr(optional, validate(keys(len(1..)), custom(refuse_everything)))]
    pub events: Value<BTreeMap<String, StageModel>>,
    /// Settings.
    #[attr(optional, computed, use_non_null_state_for_unknown)]
    pub settings: Value<SettingsModel>,
    /// Labels.
    #[attr(optional, local)]
    pub labels: Value<BTreeMap<String, String>>,
    /// Token for the forge.
    #[attr(optional, sensitive, write_only)]
    pub token_wo: Value<Secret<String>>,
    /// Change it to send the token again.
    #[attr(optional, validate(range(-5..=5), range(..=3), range(0..)))]
    pub token_wo_version: Value<i64>,
}

fn became_shorter(prior: &Dynamic, planned: &Dynamic) -> bool {
    prior.as_str().map(str::len) > planned.as_str().map(str::len)
}

fn default_regions() -> Vec<String> {
    vec!["eu".to_owned(), "us".to_owned()]
}

fn refuse_everything(_: &Dynamic) -> Result<(), String> {
    Err("must not be there".to_owned())
}

fn stage(name: &str) -> StageModel {
    StageModel::new(name)
}

fn full() -> PipelineModel {
    PipelineModel {
        id: Value::unknown(),
        arn: Value::unknown_but(Refinement::prefix("arn:")),
        tier: Value::Known(Tier::BlueGreen),
        stages: vec![stage("build").timeout_seconds(Value::unknown()), stage("test").timeout_seconds(5)]
            .into(),
        nightly: BTreeSet::from([stage("scan"), stage("audit")]).into(),
        events: BTreeMap::from([("push".to_owned(), stage("lint"))]).into(),
        settings: SettingsModel::new().r#loop(true).into(),
        labels: BTreeMap::from([("team".to_owned(), "core".to_owned())]).into(),
        ..PipelineModel::new("ci", Value::unknown()).token_wo(Secret::from("hunter2")).token_wo_version(3)
    }
}

/// One line for each attribute: what differs from an optional attribute without special behaviour.
fn outline(schema: &ObjectSchema) -> String {
    let line = |attribute: &Attribute| {
        let kind = match &attribute.kind {
            Kind::Plain(ty) => ty.friendly_name(),
            Kind::Nested(nesting, object) => {
                let names: Vec<_> = object.attributes.iter().map(|attribute| attribute.name).collect();
                format!("{nesting:?}({})", names.join(", "))
            }
        };
        format!("{}: {kind} {}\n", attribute.name, flags(attribute).join(" "))
    };
    schema.attributes.iter().map(line).collect()
}

fn flags(attribute: &Attribute) -> Vec<String> {
    let mut flags = vec![format!("{:?}", attribute.mode)];
    let words = [
        (attribute.sensitive, "sensitive"),
        (attribute.write_only, "write_only"),
        (attribute.local, "local"),
    ];
    flags.extend(words.into_iter().filter(|(set, _)| *set).map(|(_, word)| word.to_owned()));
    flags.extend(attribute.deprecation.map(|text| format!("deprecated({text})")));
    flags.extend(attribute.default.map(|default| format!("= {:?}", default())));
    match attribute.replace {
        Replace::Never => {}
        Replace::If(decide) => flags.push(format!("replace-if({})", decide(&"ab".into(), &"a".into()))),
        Replace::Always | Replace::IfConfigured => flags.push(format!("replace-{:?}", attribute.replace)),
    }
    if attribute.unset != Unset::Recompute {
        flags.push(format!("{:?}", attribute.unset));
    }
    if attribute.refinement.not_null {
        flags.push(format!("not-null({})", attribute.refinement.prefix.as_deref().unwrap_or_default()));
    }
    flags
}

#[track_caller]
fn check_problem(attribute: &str, value: Dynamic, problem: &str) {
    let schema = PipelineModel::schema();
    let attribute = schema.attribute(attribute).expect("the model has the attribute");
    let found = attribute.validators.iter().find_map(|validator| validator.check(&value).err());
    assert_eq!(found.unwrap_or_default(), problem);
}

#[test]
fn the_schema_says_what_the_flags_say() {
    let expected = "\
id: string Computed KeepState not-null()
arn: string Computed KeepUnless([\"name\", \"type\"]) not-null(arn:)
name: string Required replace-Always
type: string Required replace-if(true)
tier: string Optional = String(\"development\") replace-IfConfigured
branch: string Optional = String(\"main\")
regions: list of string Optional = List([String(\"eu\"), String(\"us\")])
stages: List(name, timeout_seconds) Optional
configuration_json: string Optional deprecated(use stages instead)
nightly: Set(name, timeout_seconds) Optional
events: Map(name, timeout_seconds) Optional
settings: Single(loop) OptionalComputed KeepNonNullState
labels: map of string Optional local
token_wo: string Optional sensitive write_only
token_wo_version: number Optional
";
    assert_eq!(outline(&PipelineModel::schema()), expected);
}

#[test]
fn doc_comments_become_descriptions() {
    assert_eq!(PipelineModel::DESCRIPTION, "A pipeline.\n\n  - indented\n\nIt runs stages.");
    let schema = PipelineModel::schema();
    assert_eq!(schema.attribute("type").unwrap().description, "What it is for.\nIn one line.");
}

#[test]
fn rules_name_attributes() {
    let expected = [
        Rule::ExactlyOneOf(&["stages", "configuration_json"]),
        Rule::Conflicting(&["token_wo", "labels"]),
        Rule::AtLeastOneOf(&["stages", "labels"]),
        Rule::RequiredTogether(&["token_wo", "token_wo_version"]),
    ];
    assert_eq!(PipelineModel::schema().rules, expected);
}

#[test]
fn validators_of_the_type_come_before_declared_ones() {
    check_problem("tier", "huge".into(), "must be one of development, highly_available, blue-green");
    let regions = |names: &[&str]| Dynamic::List(names.iter().map(|name| Dynamic::from(*name)).collect());
    check_problem("regions", regions(&["eu", "eu"]), "must not name \"eu\" twice");
    check_problem(
        "regions",
        regions(&["eu", "mars"]),
        "has the element \"mars\", which must be one of eu, us",
    );
    check_problem("events", Dynamic::Map(BTreeMap::new()), "must not be there");
    check_problem("token_wo_version", 6.into(), "must be between -5 and 5");
    check_problem("token_wo_version", 4.into(), "must be 3 or less");
    check_problem("token_wo_version", (-1).into(), "must be 0 or more");
    check_problem("token_wo_version", 2.into(), "");
}

#[test]
fn a_model_reads_what_it_wrote_unknowns_included() {
    for model in [full(), PipelineModel::blank(), PipelineModel::new("ci", "build")] {
        let encoded = Model::encode(&model);
        assert_eq!(<PipelineModel as Model>::decode(&encoded, &Path::root()), Ok(model));
    }
}

#[test]
fn every_attribute_is_encoded_under_its_name() {
    let encoded = Model::encode(&full());
    let schema = PipelineModel::schema();
    let names: BTreeSet<_> = schema.attributes.iter().map(|attribute| attribute.name).collect();
    let members: BTreeSet<_> = encoded.members().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, names);
    let timeout = Path::attribute("stages").index(1).then("timeout_seconds");
    assert_eq!(encoded.at(&timeout), Some(&5.into()));
    let setting = Path::attribute("settings").then("loop");
    assert_eq!(encoded.at(&setting), Some(&true.into()));
}

#[test]
fn a_value_of_another_type_is_an_error_that_says_where() {
    let decode = |attribute: &str, value: Dynamic| {
        let object = Dynamic::object([(attribute, value)]);
        <PipelineModel as Model>::decode(&object, &Path::root()).unwrap_err()
    };
    let stage = Dynamic::object([("name", true)].map(|(name, value)| (name, Dynamic::Bool(value))));
    let error = decode("stages", Dynamic::List(vec![stage.clone()]));
    assert_eq!(error.to_string(), "stages[0].name: a string is required");
    let error = decode("nightly", Dynamic::set(vec![stage]));
    assert_eq!(error.path, Path::attribute("nightly").step(Step::Element).then("name"));
    assert_eq!(decode("settings", "text".into()).to_string(), "settings: an object is required");
}

#[test]
fn new_takes_what_is_required_and_setters_the_rest() {
    let model = PipelineModel::new("ci", "build").branch("next").tier(Tier::HighlyAvailable).labels(None);
    let expected = PipelineModel {
        name: "ci".into(),
        r#type: "build".into(),
        branch: "next".into(),
        tier: Tier::HighlyAvailable.into(),
        ..PipelineModel::blank()
    };
    assert_eq!(model, expected);
}

#[test]
fn a_model_without_required_attributes_has_a_default() {
    assert_eq!(SettingsModel::default(), SettingsModel::blank());
}

#[test]
fn a_choice_and_its_text_are_two_forms_of_one_thing() {
    let texts: Vec<_> = Tier::ALL.iter().map(Tier::as_str).collect();
    assert_eq!(texts, ["development", "highly_available", "blue-green"]);
    for tier in Tier::ALL {
        assert_eq!(tier.to_string().parse(), Ok(*tier));
        assert_eq!(Tier::decode(&tier.encode(), &Path::root()), Ok(Some(*tier)));
    }
    assert_eq!(format!("{:>12}", Tier::BlueGreen), "  blue-green");
}

#[test]
fn a_text_that_is_no_choice_is_refused_with_the_choices() {
    let problem = "must be one of development, highly_available, blue-green".to_owned();
    let expected = DecodeError { path: Path::root(), problem: problem.clone() };
    assert_eq!("huge".parse::<Tier>(), Err(expected));
    let path = Path::attribute("tier");
    assert_eq!(Tier::decode(&true.into(), &path), Err(DecodeError { path: path.clone(), problem }));
}
