import {
  ArrowPathIcon,
  ArrowRightStartOnRectangleIcon,
  BoltIcon,
  CheckCircleIcon,
  ChevronRightIcon,
  ClipboardDocumentIcon,
  ClockIcon,
  CodeBracketIcon,
  Cog6ToothIcon,
  CommandLineIcon,
  CpuChipIcon,
  DocumentTextIcon,
  EllipsisHorizontalIcon,
  ExclamationTriangleIcon,
  HandRaisedIcon,
  HomeIcon,
  InformationCircleIcon,
  LightBulbIcon,
  MinusCircleIcon,
  NoSymbolIcon,
  PauseCircleIcon,
  PencilSquareIcon,
  PlayIcon,
  PlusIcon,
  QueueListIcon,
  QuestionMarkCircleIcon,
  ServerStackIcon,
  StopIcon,
  UserGroupIcon,
  WrenchScrewdriverIcon,
  XCircleIcon,
} from '@heroicons/react/24/outline';
import type { ComponentType, SVGProps } from 'react';
import { cx } from './class-names.ts';

const icons = {
  agent: CpuChipIcon,
  arrow: ChevronRightIcon,
  bolt: BoltIcon,
  check: CheckCircleIcon,
  children: UserGroupIcon,
  clock: ClockIcon,
  code: CodeBracketIcon,
  copy: ClipboardDocumentIcon,
  cross: XCircleIcon,
  edit: PencilSquareIcon,
  execution: BoltIcon,
  explorer: CodeBracketIcon,
  file: DocumentTextIcon,
  hand: HandRaisedIcon,
  home: HomeIcon,
  info: InformationCircleIcon,
  minus: MinusCircleIcon,
  more: EllipsisHorizontalIcon,
  pause: PauseCircleIcon,
  play: PlayIcon,
  plus: PlusIcon,
  question: QuestionMarkCircleIcon,
  refresh: ArrowPathIcon,
  server: ServerStackIcon,
  settings: Cog6ToothIcon,
  signOut: ArrowRightStartOnRectangleIcon,
  skip: NoSymbolIcon,
  stop: StopIcon,
  task: QueueListIcon,
  terminal: CommandLineIcon,
  thought: LightBulbIcon,
  tool: WrenchScrewdriverIcon,
  warning: ExclamationTriangleIcon,
} satisfies Record<string, ComponentType<SVGProps<SVGSVGElement>>>;

export type IconName = keyof typeof icons;

/** Always decoration: the text beside it says the same. */
export function Icon({ name, className }: { name: IconName; className?: string }) {
  const Drawing = icons[name];
  return (
    <Drawing aria-hidden="true" strokeWidth={1.7} className={cx('shrink-0 [:where(&)]:size-4', className)} />
  );
}
